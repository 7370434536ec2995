import type { ChildRequest } from '../adapters/keychain/child-protocol.ts';
import { answerRequest } from '../adapters/keychain/keychain-answer.ts';

// The keychain's own process, as Electron starts it: the shipped program can't be started as Node (fuse RunAsNode).
process.parentPort.once('message', ({ data }) => {
  void answerRequest(JSON.parse(data as string) as ChildRequest).then((answer) => {
    process.parentPort.postMessage(JSON.stringify(answer));
  });
});
