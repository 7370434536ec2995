import type { Names } from '../../ui/names.ts';
import type { CanvasState } from '../canvas-store.ts';
import type { CanvasText } from '../view/labels.ts';
import { readPalette } from './paint.ts';
import { svgOf } from './svg-picture.ts';

/** Chromium paints no bitmap with a side longer than this. */
const LONGEST_SIDE = 16_000;
const SHARP = 2;

/** Saves the topology, as it is folded now, as a picture. @throws Error when the browser can't paint one so big */
export async function savePicture(kind: 'svg' | 'png', state: CanvasState, names: Names, t: CanvasText): Promise<void> {
  const { svg, width, height } = svgOf(state, names, t, readPalette());
  const drawing = new Blob([svg], { type: 'image/svg+xml' });
  save(kind === 'svg' ? drawing : await bitmapOf(drawing, width, height), `topology.${kind}`);
}

async function bitmapOf(drawing: Blob, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SHARP, LONGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const bitmap = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (bitmap === null) throw new Error('The picture is too big for a bitmap; save it as SVG.');
    return bitmap;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
