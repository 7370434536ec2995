import type { ConsoleBridge } from '../shared/contract/console.ts';

declare global {
  interface Window {
    readonly baton: ConsoleBridge;
  }
}

export const { baton: bridge } = window;
