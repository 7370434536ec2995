/**
 * Runs in the page before its own scripts: counts frames, and tells when a text is on the screen. It is a text because
 * it belongs to the browser's world and not to that of the bench.
 */
export const PROBE = `
window.benchProbe = (() => {
  const longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: 'longtask' });
  /** Resolves when what was changed just now has been painted: a message is handled after the frame. */
  const painted = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(Date.now());
    channel.port2.postMessage(0);
  });
  let counting = null;
  return {
    /** Frames from now on, until 'counted' ends it. */
    count() {
      const times = [];
      let goesOn = true;
      const step = (atMs) => {
        times.push(atMs);
        if (goesOn) requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
      counting = { times, stop() { goesOn = false; } };
    },
    counted() {
      counting.stop();
      const { times } = counting;
      const gaps = times.slice(1).map((atMs, at) => atMs - times[at]);
      return { frames: gaps.length, fps: (1000 * gaps.length) / (times[times.length - 1] - times[0]), longestGapMs: Math.max(...gaps) };
    },
    /** The long tasks since this was last asked for, ms. */
    longTasks() {
      return longTasks.splice(0);
    },
    /** Makes 'seen' the time (ms since the epoch) at which an element's text ends so, on the screen. */
    await(selector, text) {
      this.seen = new Promise((resolve) => {
        const isThere = () => document.querySelector(selector)?.textContent?.endsWith(text) === true;
        const observer = new MutationObserver(() => {
          if (!isThere()) return;
          observer.disconnect();
          painted(resolve);
        });
        observer.observe(document.documentElement, { subtree: true, childList: true, characterData: true });
      });
    },
    seen: null,
  };
})();
`;
