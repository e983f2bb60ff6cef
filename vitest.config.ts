import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** For a busy machine: what is slow is late, and only what hangs fails. */
const patient = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 60_000 } },
};

const support = (file: string) => fileURLToPath(new URL(`test/support/${file}`, import.meta.url));

/** For tests that run `src/` itself, which has no bundle of the worker's program beside it. */
const templateWorker = {
  resolve: {
    alias: [{ find: /^\.\/worker-file\.ts$/, replacement: support("worker-file.ts") }],
  },
};

/**
 * Files that start servers have a process each: `fetch` keeps connections, and the next server may get
 * the port of one that is gone.
 */
const servers = ["test/http/**/*.test.ts", "test/mlflow/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        ...templateWorker,
        test: {
          name: "unit",
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("template-worker-setup.mjs"),
          // Modules keep no state, so files may share what a process has imported.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            ...servers,
            "test/attacks/**",
            "test/clients/**",
            "test/conformance/**",
            "test/python-clients/**",
            "test/rendering/**",
            "test/regular-expressions.test.ts",
          ],
          ...patient,
        },
      },
      {
        ...templateWorker,
        test: {
          name: "servers",
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("template-worker-setup.mjs"),
          include: servers,
          exclude: ["test/mlflow/real/**"],
          ...patient,
        },
      },
      {
        test: { name: "patterns", include: ["test/regular-expressions.test.ts"], ...patient },
      },
      {
        ...templateWorker,
        test: { name: "rendering", include: ["test/rendering/**/*.test.ts"] },
      },
      {
        test: {
          name: "clients",
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          include: ["test/clients/**/*.test.ts"],
          ...patient,
        },
      },
      {
        test: {
          name: "attacks",
          setupFiles: [support("after-tests.ts")],
          include: ["test/attacks/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "python-clients",
          include: ["test/python-clients/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        ...templateWorker,
        test: {
          name: "mlflow",
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("template-worker-setup.mjs"),
          include: ["test/mlflow/real/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
