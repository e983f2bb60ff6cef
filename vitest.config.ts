import { defineConfig } from "vitest/config";

/** For a busy machine: what is slow is late, and only what hangs fails. */
const patient = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/attacks/**",
            "test/clients/**",
            "test/conformance/**",
            "test/mlflow/real/**",
          ],
          ...patient,
        },
      },
      {
        test: { name: "clients", include: ["test/clients/**/*.test.ts"], ...patient },
      },
      {
        test: {
          name: "attacks",
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
          name: "mlflow",
          include: ["test/mlflow/real/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
