import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/clients/**", "test/conformance/**", "test/mlflow/real/**"],
        },
      },
      {
        test: { name: "clients", include: ["test/clients/**/*.test.ts"], testTimeout: 30_000 },
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
