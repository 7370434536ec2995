import type { CDPSession, Page } from 'playwright-core';

/** A place in the page, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

type MouseEvent = Parameters<typeof dispatch>[1];

const EVENT_MS = 1000 / 60;
/** So many events may be on their way: a page that can't keep up isn't flooded. */
const MOST_UNDER_WAY = 4;

async function dispatch(
  session: CDPSession,
  event: {
    readonly type: 'mousePressed' | 'mouseReleased' | 'mouseMoved' | 'mouseWheel';
    readonly x: number;
    readonly y: number;
    readonly button?: 'left' | 'none';
    readonly buttons?: number;
    readonly clickCount?: number;
    readonly deltaX?: number;
    readonly deltaY?: number;
  },
): Promise<void> {
  await session.send('Input.dispatchMouseEvent', event);
}

/** Sends what a mouse would, sixty times a second for a time, whether or not the page is quick enough. */
async function stream(session: CDPSession, ms: number, eventAt: (share: number) => MouseEvent): Promise<void> {
  const beganMs = performance.now();
  let underWay = 0;
  for (let at = 0; ; at += 1) {
    const elapsedMs = performance.now() - beganMs;
    if (elapsedMs >= ms) break;
    if (underWay < MOST_UNDER_WAY) {
      underWay += 1;
      void dispatch(session, eventAt(elapsedMs / ms)).finally(() => {
        underWay -= 1;
      });
    }
    await pause(Math.max(0, (at + 1) * EVENT_MS - (performance.now() - beganMs)));
  }
  while (underWay > 0) await pause(EVENT_MS);
}

/** Up and down again, `times` over; from 0 to 1. */
function wave(share: number, times: number): number {
  return (1 - Math.cos(share * times * 2 * Math.PI)) / 2;
}

/** Drags the view up and down by the empty ground at a point. */
export async function pan(session: CDPSession, from: Point, height: number, ms: number): Promise<void> {
  await dispatch(session, { type: 'mousePressed', ...from, button: 'left', buttons: 1, clickCount: 1 });
  const to = { x: from.x, y: from.y < height / 2 ? height - 40 : 40 };
  await stream(session, ms, (share) => ({
    type: 'mouseMoved',
    x: from.x,
    y: from.y + (to.y - from.y) * wave(share, ms / 1500),
    button: 'left',
    buttons: 1,
  }));
  await dispatch(session, { type: 'mouseReleased', ...from, button: 'left', clickCount: 1 });
}

/** Turns the wheel one way, then back, and so on. @param deltaY of one event, CSS pixels */
export async function wheel(session: CDPSession, at: Point, deltaY: number, turnMs: number, ms: number): Promise<void> {
  await stream(session, ms, (share) => ({
    type: 'mouseWheel',
    ...at,
    deltaX: 0,
    deltaY: Math.floor((share * ms) / turnMs) % 2 === 0 ? deltaY : -deltaY,
  }));
}

/** Picks up what is at a point, carries it over the others, to the edge and back, and puts it back where it was. */
export async function dragOver(
  page: Page,
  session: CDPSession,
  from: Point,
  height: number,
  ms: number,
): Promise<void> {
  await dispatch(session, { type: 'mousePressed', ...from, button: 'left', buttons: 1, clickCount: 1 });
  const reach = height - 20 - from.y;
  await stream(session, ms, (share) => ({
    type: 'mouseMoved',
    x: from.x + 60 * wave(share, 3),
    y: from.y + reach * wave(share, 2),
    button: 'left',
    buttons: 1,
  }));
  await page.keyboard.press('Escape');
  await dispatch(session, { type: 'mouseReleased', ...from, button: 'left', clickCount: 1 });
}

/** The middle of the first free place of the canvas, or of the first thing that a selector finds, that a press reaches. */
export async function placeOf(page: Page, selector: string): Promise<Point> {
  const found = (await page.evaluate(`
    (() => {
      const { left, top, right, bottom } = document.querySelector('.react-flow').getBoundingClientRect();
      for (let y = top + 130; y < bottom - 130; y += 12) {
        for (let x = left + 20; x < right - 20; x += 12) {
          if (document.elementFromPoint(x, y)?.matches(${JSON.stringify(selector)})) return { x: x + 3, y: y + 3 };
        }
      }
      return null;
    })()
  `)) as Point | null;
  if (found === null) throw new Error(`Nothing of the canvas is ${selector}.`);
  return found;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
