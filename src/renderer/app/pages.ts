import {
  IconActivityHeartbeat,
  IconAdjustments,
  IconAlertTriangle,
  IconClipboardList,
  IconClockPause,
  IconHeartRateMonitor,
  IconHistory,
  IconHourglassHigh,
  IconInfoCircle,
  IconLayoutGrid,
  IconPlayerPlay,
  IconPlugConnected,
  IconRadar2,
  IconSearch,
  IconServer,
  IconShieldCheck,
  IconSitemap,
  IconStethoscope,
  IconTags,
  IconTrophy,
  IconZoomExclamation,
} from '@tabler/icons-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** The icon of a page. */
type Icon = ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: boolean }>;

export interface PageEntry {
  /** As in the address; the text is `app:nav.<id>`. */
  readonly id: PageId;
  readonly icon: Icon;
  /** In the menu; the others are reached from somewhere. */
  readonly inMenu: boolean;
  readonly component: LazyExoticComponent<ComponentType>;
}

export type PageId =
  | 'clusters'
  | 'cluster'
  | 'problems'
  | 'analysis'
  | 'detections'
  | 'recoveries'
  | 'recovery'
  | 'replay'
  | 'readiness'
  | 'audit'
  | 'discovery'
  | 'search'
  | 'instance'
  | 'tags'
  | 'candidates'
  | 'downtime'
  | 'queries'
  | 'status'
  | 'settings'
  | 'welcome'
  | 'about';

function page(
  id: PageId,
  icon: Icon,
  inMenu: boolean,
  load: () => Promise<{ readonly default: ComponentType }>,
): PageEntry {
  return { id, icon, inMenu, component: lazy(load) };
}

/** Every page of the console, in the order of the menu. */
export const PAGES: readonly PageEntry[] = [
  page('clusters', IconLayoutGrid, true, () => import('../pages/clusters/clusters-page.tsx')),
  page('cluster', IconSitemap, false, () => import('../pages/cluster/cluster-page.tsx')),
  page('problems', IconAlertTriangle, true, () => import('../pages/problems/problems-page.tsx')),
  page('analysis', IconStethoscope, true, () => import('../pages/analysis/analysis-page.tsx')),
  page('detections', IconZoomExclamation, true, () => import('../pages/detections/detections-page.tsx')),
  page('recoveries', IconHistory, true, () => import('../pages/recoveries/recoveries-page.tsx')),
  page('recovery', IconActivityHeartbeat, false, () => import('../pages/recovery/recovery-page.tsx')),
  page('replay', IconPlayerPlay, true, () => import('../pages/replay/replay-page.tsx')),
  page('readiness', IconShieldCheck, true, () => import('../pages/readiness/readiness-page.tsx')),
  page('audit', IconClipboardList, true, () => import('../pages/audit/audit-page.tsx')),
  page('discovery', IconRadar2, true, () => import('../pages/discovery/discovery-page.tsx')),
  page('search', IconSearch, true, () => import('../pages/search/search-page.tsx')),
  page('instance', IconServer, false, () => import('../pages/instance/instance-page.tsx')),
  page('tags', IconTags, true, () => import('../pages/tags/tags-page.tsx')),
  page('candidates', IconTrophy, true, () => import('../pages/candidates/candidates-page.tsx')),
  page('downtime', IconClockPause, true, () => import('../pages/downtime/downtime-page.tsx')),
  page('queries', IconHourglassHigh, true, () => import('../pages/queries/queries-page.tsx')),
  page('status', IconHeartRateMonitor, true, () => import('../pages/status/status-page.tsx')),
  page('settings', IconAdjustments, true, () => import('../pages/settings/settings-page.tsx')),
  page('welcome', IconPlugConnected, true, () => import('../pages/welcome/welcome-page.tsx')),
  page('about', IconInfoCircle, true, () => import('../pages/about/about-page.tsx')),
];

export function pageOf(id: string): PageEntry | null {
  return PAGES.find((one) => one.id === id) ?? null;
}
