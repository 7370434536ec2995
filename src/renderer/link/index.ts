import type { ConsoleBridge } from '../../shared/contract/console/bridge.ts';
import { BrowserTransport } from './browser-transport.ts';
import { DesktopTransport } from './desktop-transport.ts';
import { EngineClient } from './engine-client.ts';
import type { Transport } from './transport.ts';

declare global {
  interface Window {
    readonly baton?: ConsoleBridge;
  }
}

export const transport: Transport = window.baton
  ? new DesktopTransport(window.baton)
  : new BrowserTransport(new URL('.', window.location.href));

/** The one way from the page to the engine and the program around it. */
export const engine = new EngineClient(transport);
