/** On which a page's preload script hands the port of its bridge to the main process. */
export const BRIDGE_CHANNEL = 'baton:bridge';
