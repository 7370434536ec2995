import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Names } from '../../ui/names.ts';
import { lagText } from '../../ui/times.ts';
import type { CanvasState } from '../canvas-store.ts';
import { dataCenterColour } from '../data-centers.ts';
import type { Box } from '../layout/layout-types.ts';
import { COLUMN_GAP, RING_OFFSET, TRUNK_OFFSET } from '../layout/sizes.ts';
import { badgesOf } from '../view/badges.ts';
import { connectionOf } from '../view/connection.ts';
import { badgeText, type CanvasText, shortText, titleOf } from '../view/labels.ts';
import { toneOf, tonesOf } from '../view/tone.ts';
import type { Palette } from './paint.ts';

const MARGIN = 24;
const LEGEND = 26;
const FONT = 'system-ui, sans-serif';

type Drawn = Pick<CanvasState, 'layout' | 'members' | 'options' | 'dataCenters'>;

/** The topology as a drawing of its own: real shapes and texts, that any program opens. Names are masked as on screen. */
export function svgOf(
  state: Drawn,
  names: Names,
  t: CanvasText,
  palette: Palette,
): { readonly svg: string; readonly width: number; readonly height: number } {
  const { layout, options, dataCenters } = state;
  const legend = options.colourByDataCenter && dataCenters.length > 0;
  const width = layout.width + 2 * MARGIN + 40;
  const height = layout.height + 2 * MARGIN + (legend ? LEGEND : 0);
  const draw = new Drawing(state, names, t, palette);
  const parts = [
    `<rect width="${width}" height="${height}" fill="${palette.ground}"/>`,
    `<g transform="translate(${MARGIN + 36} ${MARGIN})">`,
    ...layout.frames.map((frame) => draw.frame(frame)),
    ...layout.trunks.map((trunk) => draw.trunk(trunk)),
    ...layout.boxes.map((box) => draw.box(box)),
    '</g>',
    ...(legend ? [draw.legend(height - MARGIN / 2)] : []),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">${parts.join('')}</svg>`;
  return { svg, width, height };
}

class Drawing {
  private readonly state: Drawn;
  private readonly names: Names;
  private readonly t: CanvasText;
  private readonly palette: Palette;

  constructor(state: Drawn, names: Names, t: CanvasText, palette: Palette) {
    this.state = state;
    this.names = names;
    this.t = t;
    this.palette = palette;
  }

  frame(frame: Drawn['layout']['frames'][number]): string {
    const line = `stroke="${this.palette.info}" stroke-width="1.5" stroke-dasharray="5 4"`;
    if (frame.kind === 'ring') {
      const { x, y, height } = frame;
      return `<path d="M${x} ${y}V${y + height}" fill="none" ${line}/>`;
    }
    const points = frame.outline.map(([x, y]) => `${frame.x + x},${frame.y + y}`).join(' ');
    return `<polygon points="${points}" fill="none" ${line}/>`;
  }

  trunk({ lines }: Drawn['layout']['trunks'][number]): string {
    const path = lines.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join('');
    return `<path d="${path}" fill="none" stroke="${this.palette.dim}"/>`;
  }

  box(box: Box): string {
    const member = this.state.members.get(box.id);
    if (box.kind === 'member' && member !== undefined) return this.member(box, member);
    if (box.kind === 'ghost') {
      const shown = box.ghostOf.split(', ').map((one) => this.names.server(one));
      const what = this.t(box.tie === 'unknown' ? 'ghost.replica' : 'ghost.source');
      return this.shape(box, this.palette.tones.idle, null, [shown.join(', '), what], true);
    }
    const members = box.memberIds.map((id) => this.state.members.get(id)).filter((one) => one !== undefined);
    const { worst, counts } = tonesOf(members);
    const states = [...counts].map(([tone, count]) => this.t(`tone.${tone}`, { count }));
    const title = this.t('bundle.title', { count: members.length });
    return this.shape(box, this.palette.tones[worst], null, [title, '', states.join(' · ')], false);
  }

  private member(box: Box, member: Member): string {
    const { options, dataCenters, members } = this.state;
    const title = titleOf(member, this.names, options.showAliases);
    const lag = member.lagSeconds === null || member.sourceKey === null ? '' : lagText(member.lagSeconds);
    const crown = member.role === 'master' || member.role === 'co-master' ? '♛ ' : '';
    const facts = [this.names.version(member.version), member.binlogFormat, this.names.word(member.dataCenter), lag];
    const badges = badgesOf(member, { showPools: options.showPools, findings: [] }).map(
      (badge) => shortText(this.t, badge) || badgeText(this.t, { ...badge, detail: '' }, this.names),
    );
    const colour = options.colourByDataCenter ? dataCenterColour(dataCenters, member.dataCenter) : null;
    const stub = box.parentId === null && !box.inRing ? '' : this.stub(box, member, members.get(member.parent ?? ''));
    const lines = [
      `${crown}${title.host}${title.port}`,
      facts.filter((one) => one !== '').join(' · '),
      badges.join(' · '),
    ];
    return stub + this.shape(box, this.palette.tones[toneOf(member)], colour, lines, false);
  }

  private stub(box: Box, member: Member, source: Member | undefined): string {
    const { state, crosses } = connectionOf(member, box.tie, source);
    const { tones, ok, ground } = this.palette;
    const good = state === 'running' || state === 'group' || state === 'delayed';
    const flows = good || state === 'lagging' || state === 'errant';
    const colour = good ? ok : state === 'lagging' ? tones.warn : tones.trouble;
    const from = box.x - (box.inRing ? RING_OFFSET : COLUMN_GAP - TRUNK_OFFSET);
    const y = box.y + box.height / 2;
    const dash = crosses ? ' stroke-dasharray="6 4"' : '';
    const line = `<path d="M${from} ${y}H${box.x}" stroke="${colour}" stroke-width="2"${dash}/>`;
    const head = flows
      ? `<path d="M${box.x - 6} ${y - 4}L${box.x} ${y}L${box.x - 6} ${y + 4}Z" fill="${colour}"/>`
      : '';
    if (good) return line + head;
    const middle = (from + box.x) / 2;
    const sign = `<circle cx="${middle}" cy="${y}" r="8" fill="${ground}"/><text x="${middle}" y="${y + 4}" font-size="12" font-weight="700" text-anchor="middle" fill="${colour}">${flows ? '!' : '✕'}</text>`;
    return line + head + sign;
  }

  private shape(box: Box, tone: string, colour: string | null, lines: readonly string[], dashed: boolean): string {
    const { x, y, width, height } = box;
    const dash = dashed ? ' stroke-dasharray="4 3"' : '';
    const texts = lines.map((line, at) => {
      const size = at === 0 ? 13 : 10.5;
      const weight = at === 0 ? ' font-weight="600"' : '';
      const fill = at === 0 ? this.palette.text : this.palette.dim;
      return `<text x="${x + 12}" y="${y + 20 + at * 20}" font-size="${size}"${weight} fill="${fill}">${escaped(cut(line, at === 0 ? 27 : 38))}</text>`;
    });
    return (
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="${this.palette.panel}" stroke="${tone}" stroke-width="1.5"${dash}/>` +
      (colour === null ? '' : `<rect x="${x}" y="${y}" width="5" height="${height}" rx="2" fill="${colour}"/>`) +
      texts.join('')
    );
  }

  legend(y: number): string {
    const { dataCenters } = this.state;
    return dataCenters
      .map((name, at) => {
        const x = MARGIN + at * 140;
        const colour = dataCenterColour(dataCenters, name) ?? this.palette.dim;
        return `<rect x="${x}" y="${y - 10}" width="12" height="12" rx="2" fill="${colour}"/><text x="${x + 18}" y="${y}" font-size="11" fill="${this.palette.text}">${escaped(cut(this.names.word(name), 18))}</text>`;
      })
      .join('');
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? '');
}
