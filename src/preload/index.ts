import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_CHANNEL } from '../shared/contract/bridge-channel.ts';
import type { ConsoleBridge, ProgramMessage } from '../shared/contract/console/bridge.ts';

const bridge: ConsoleBridge = {
  open(listener) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<ProgramMessage>) => listener(data);
    ipcRenderer.postMessage(BRIDGE_CHANNEL, null, [port2]);
    return (message) => port1.postMessage(message);
  },
};

contextBridge.exposeInMainWorld('baton', bridge);
