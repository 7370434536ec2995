import type { Members, NodeMark } from '../canvas-types.ts';
import { dataCenterColour } from '../data-centers.ts';
import type { Box, TopologyLayout } from '../layout/layout-types.ts';
import { toneOf, tonesOf } from '../view/tone.ts';

/** Colours of the present theme, read once for a picture. */
export interface Palette {
  readonly ground: string;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly info: string;
  readonly ok: string;
  readonly tones: Readonly<Record<'ok' | 'warn' | 'trouble' | 'dead' | 'idle' | 'info', string>>;
}

export interface Picture {
  readonly layout: TopologyLayout;
  readonly members: Members;
  readonly marks: ReadonlyMap<string, NodeMark>;
  readonly dataCenters: readonly string[];
  readonly colourByDataCenter: boolean;
}

let known: { readonly theme: string; readonly palette: Palette } | null = null;

/** The theme's colours as they are now; read anew when the theme has changed. */
export function readPalette(): Palette {
  const { mantineColorScheme = '', contrast = '' } = document.documentElement.dataset;
  const theme = `${mantineColorScheme} ${contrast}`;
  if (known?.theme !== theme) known = { theme, palette: paletteOf(getComputedStyle(document.documentElement)) };
  return known.palette;
}

function paletteOf(style: CSSStyleDeclaration): Palette {
  const colour = (name: string): string => style.getPropertyValue(`--baton-${name}`).trim();
  return {
    ground: colour('page'),
    panel: colour('panel'),
    line: colour('line'),
    text: colour('text'),
    dim: colour('text-dim'),
    info: colour('info'),
    ok: colour('ok'),
    tones: {
      ok: colour('ok'),
      warn: colour('warn'),
      trouble: colour('trouble'),
      dead: colour('dead'),
      idle: colour('idle'),
      info: colour('info'),
    },
  };
}

interface Window {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Paints boxes as dabs: at this distance nothing else could be read. A server in trouble has a thick edge and a cross or
 * a bar besides its colour.
 */
export function paintDabs(context: CanvasRenderingContext2D, picture: Picture, palette: Palette, view: Window): void {
  const { layout, members, dataCenters, colourByDataCenter, marks } = picture;
  const { x, y, zoom, width, height } = view;
  context.clearRect(0, 0, width, height);
  context.lineWidth = Math.max(0.5, Math.min(2, zoom * 4));
  context.strokeStyle = palette.dim;
  context.beginPath();
  for (const trunk of layout.trunks) {
    for (const [x1, y1, x2, y2] of trunk.lines) {
      context.moveTo(x1 * zoom + x, y1 * zoom + y);
      context.lineTo(x2 * zoom + x, y2 * zoom + y);
    }
  }
  context.stroke();
  for (const box of layout.boxes) {
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    const wide = Math.max(2, box.width * zoom);
    const high = Math.max(1.5, box.height * zoom);
    if (left > width || top > height || left + wide < 0 || top + high < 0) continue;
    const tone = toneAt(box, members);
    context.fillStyle = tone === 'ok' ? palette.panel : palette.tones[tone];
    context.fillRect(left, top, wide, high);
    context.strokeStyle = edgeOf(box, marks, palette, tone);
    context.strokeRect(left, top, wide, high);
    const colour = colourByDataCenter ? dataCenterColour(dataCenters, centerOf(box, members)) : null;
    if (colour !== null) {
      context.fillStyle = colour;
      context.fillRect(left, top, Math.max(1, 10 * zoom), high);
    }
    if (tone === 'dead' && high > 5) cross(context, left, top, wide, high, palette.ground);
  }
}

function toneAt(box: Box, members: Members): keyof Palette['tones'] {
  if (box.kind === 'ghost') return 'idle';
  const [first] = box.memberIds;
  if (box.kind === 'member') {
    const member = members.get(first ?? '');
    return member === undefined ? 'idle' : toneOf(member);
  }
  return tonesOf(box.memberIds.map((id) => members.get(id)).filter((one) => one !== undefined)).worst;
}

function centerOf(box: Box, members: Members): string {
  return members.get(box.memberIds[0] ?? '')?.dataCenter ?? '';
}

function edgeOf(
  box: Box,
  marks: ReadonlyMap<string, NodeMark>,
  palette: Palette,
  tone: keyof Palette['tones'],
): string {
  const mark = marks.get(box.id)?.state;
  if (mark === 'allowed' || mark === 'step-done') return palette.ok;
  if (mark === 'unsure' || mark === 'step-running' || mark === 'dragged') return palette.info;
  return tone === 'ok' ? palette.dim : palette.tones[tone];
}

function cross(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  wide: number,
  high: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + wide, top + high);
  context.moveTo(left + wide, top);
  context.lineTo(left, top + high);
  context.stroke();
}
