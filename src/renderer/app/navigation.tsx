import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { setPreferences, usePreferences } from '../stores/preferences.ts';
import { PAGES } from './pages.ts';
import { hrefOf, useRoute } from './route.ts';

export function Navigation() {
  const { t } = useTranslation('app');
  const { page } = useRoute();
  const collapsed = usePreferences(({ navCollapsed }) => navCollapsed);
  const change = t(collapsed ? 'nav.expand' : 'nav.collapse');
  return (
    <nav className="frame-nav" data-collapsed={collapsed || undefined} aria-label={t('nav.label')}>
      <Tooltip label={change} position="right">
        <ActionIcon
          color="gray"
          mb={4}
          aria-label={change}
          aria-expanded={!collapsed}
          onClick={() => setPreferences({ navCollapsed: !collapsed })}
        >
          {collapsed ? (
            <IconLayoutSidebarLeftExpand size={18} aria-hidden />
          ) : (
            <IconLayoutSidebarLeftCollapse size={18} aria-hidden />
          )}
        </ActionIcon>
      </Tooltip>
      {PAGES.filter(({ inMenu }) => inMenu).map(({ id, icon: Icon }) => (
        <Tooltip key={id} label={t(`nav.${id}`)} position="right" disabled={!collapsed}>
          <a href={hrefOf(id)} aria-current={page === id ? 'page' : undefined} aria-label={t(`nav.${id}`)}>
            <Icon size={18} aria-hidden />
            {collapsed ? null : <span className="ellipsis">{t(`nav.${id}`)}</span>}
          </a>
        </Tooltip>
      ))}
    </nav>
  );
}
