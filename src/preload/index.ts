import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_CHANNEL } from '../shared/contract/bridge-channel.ts';
import type { ConsoleBridge, ConsoleMessage } from '../shared/contract/console.ts';

const bridge: ConsoleBridge = {
  follow(listener) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<ConsoleMessage>) => listener(data);
    ipcRenderer.postMessage(BRIDGE_CHANNEL, null, [port2]);
  },
};

contextBridge.exposeInMainWorld('baton', bridge);
