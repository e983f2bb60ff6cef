import { existsSync, statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** For a busy machine: what is slow is late, and only what hangs fails. */
const patient = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 60_000 } },
};

/** Where Linux keeps files in memory: each write to a test's database waits for the disk elsewhere. */
const memory = "/dev/shm";

/** A container may have given it too little. */
function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 1_000_000_000;
}

/** Not for tests that write programs there and run them, which some containers refuse. */
const temporary = hasRoom(memory) ? { env: { TMPDIR: memory } } : {};

const support = (file: string) => fileURLToPath(new URL(`test/support/${file}`, import.meta.url));

/** For tests that run `src/` itself, which has no bundle of the worker's program and the view beside it. */
const builtFiles = {
  resolve: {
    alias: [
      { find: /^\.\/worker-file\.ts$/, replacement: support("worker-file.ts") },
      { find: /^\.\/view-file\.ts$/, replacement: support("view-file.ts") },
    ],
  },
};

/**
 * Files that start servers have a process each: `fetch` keeps connections, and the next server may get
 * the port of one that is gone.
 */
const servers = ["test/http/**/*.test.ts", "test/mlflow/**/*.test.ts"];

const startMlflow = fileURLToPath(new URL("test/ui/support/start-mlflow.ts", import.meta.url));

/** Of the view's files, those that run on MLflow too. */
const onMlflow =
  "test/ui/{compare,edit,edit-drafts,edit-fields,evaluate,examples,history,list,mlflow-pages,modes,promote,prompt}.test.ts";

export default defineConfig({
  test: {
    // What was transformed once is read by the runs after it, of any Node release.
    experimental: { fsModuleCache: true },
    projects: [
      {
        ...builtFiles,
        test: {
          name: "unit",
          ...temporary,
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("built-files-setup.mjs"),
          // Modules keep no state, so files may share what a process has imported.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            ...servers,
            "test/attacks/**",
            "test/clients/**",
            "test/conformance/**",
            "test/deploy/**",
            "test/python-clients/**",
            "test/rendering/**",
            "test/ui/**",
            "test/regular-expressions.test.ts",
          ],
          ...patient,
        },
      },
      {
        ...builtFiles,
        test: {
          name: "servers",
          ...temporary,
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("built-files-setup.mjs"),
          include: servers,
          exclude: ["test/mlflow/real/**"],
          ...patient,
        },
      },
      {
        test: { name: "patterns", include: ["test/regular-expressions.test.ts"], ...patient },
      },
      {
        ...builtFiles,
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
        ...builtFiles,
        test: {
          name: "ui",
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("built-files-setup.mjs"),
          include: ["test/ui/**/*.test.ts"],
          ...patient,
        },
      },
      {
        ...builtFiles,
        test: {
          name: "ui-mlflow",
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          globalSetup: [support("built-files-setup.mjs"), startMlflow],
          include: [onMlflow],
          ...patient,
        },
      },
      {
        test: {
          name: "attacks",
          setupFiles: [support("after-tests.ts")],
          include: ["test/attacks/**/*.test.ts"],
          ...patient,
        },
      },
      {
        test: {
          name: "deploy",
          isolate: false,
          setupFiles: [support("after-tests.ts")],
          include: ["test/deploy/**/*.test.ts"],
          ...patient,
          hookTimeout: 300_000,
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
        ...builtFiles,
        test: {
          name: "mlflow",
          setupFiles: [support("after-tests.ts")],
          globalSetup: support("built-files-setup.mjs"),
          include: ["test/mlflow/real/**/*.test.ts"],
          ...patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
