import { afterAll, beforeAll, describe } from 'vitest';
import { type Lab, type LabFlavor, startTopology } from '../../lab/index.ts';
import { accountSuite } from './account-suite.ts';
import { actionsSuite, forgettingSuite } from './actions-suite.ts';
import { callOffSuite } from './call-off-suite.ts';
import { fenceSuite } from './fence-suite.ts';
import { inquiriesSuite } from './inquiries-suite.ts';
import { operationsSuite } from './operations-suite.ts';
import { goingAwaySuite, readingSuite } from './reading-suite.ts';
import { trialSuite } from './trial-suite.ts';

/** Everything that is shown of the adapter on real servers of one flavor. */
export function adapterSuite(flavor: LabFlavor): void {
  describe(flavor, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await startTopology({ flavor, shape: 'star', replicas: 2 });
    }, 120_000);
    afterAll(async () => {
      await lab?.stop();
    }, 60_000);

    readingSuite(() => lab);
    operationsSuite(() => lab);
    inquiriesSuite(() => lab);
    accountSuite(() => lab);
    trialSuite(() => lab);
    callOffSuite(() => lab);
    fenceSuite(() => lab);
    actionsSuite(() => lab);
    forgettingSuite(() => lab);
    goingAwaySuite(() => lab);
  });
}
