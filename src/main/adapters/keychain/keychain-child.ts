import { text } from 'node:stream/consumers';
import type { ChildRequest } from './child-protocol.ts';
import { answerRequest } from './keychain-answer.ts';

// A process of its own: the native calls block, for as long as somebody leaves a prompt open, and end the whole process
// when a locked keychain is listed. Neither must happen to what fails databases over.

const request = JSON.parse(await text(process.stdin)) as ChildRequest;
process.stdout.write(JSON.stringify(await answerRequest(request)));
