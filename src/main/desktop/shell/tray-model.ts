import type { EngineLink } from '../../../shared/contract/console/link.ts';
import { filled, type ShellTexts } from './texts/index.ts';

export interface TrayModel {
  readonly tooltip: string;
  /** Which picture: the number of problems up to 9, `many` beyond, `lost` without an engine. */
  readonly picture: string;
  /** For the badge of the program's icon. */
  readonly count: number;
}

export function trayModel(link: EngineLink, problems: number, { tray }: ShellTexts): TrayModel {
  if (link.state === 'lost') return { tooltip: tray.lost, picture: 'lost', count: 0 };
  if (link.state === 'connecting') return { tooltip: 'Baton', picture: '0', count: 0 };
  const text = problems === 0 ? tray.none : problems === 1 ? tray.one : tray.many;
  return {
    tooltip: filled(text, { count: problems }),
    picture: problems > 9 ? 'many' : String(problems),
    count: problems,
  };
}
