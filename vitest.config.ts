import { defineConfig } from 'vitest/config';

// A lab test starts real servers: each of these files is a project's worth of processes.
const LAB_TESTS = ['test/lab/**/*.test.ts', 'test/**/*.lab.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: LAB_TESTS,
          testTimeout: 15_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'lab',
          include: LAB_TESTS,
          maxWorkers: 2,
          testTimeout: 60_000,
          // The first start on a machine fetches the servers.
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
