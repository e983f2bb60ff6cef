/**
 * The schema revisions of MLflow 3.8 to 3.18 in order (`mlflow/store/db_migrations/versions`), each with
 * the release whose schema it completes. Only 1b5f0d9ad7c1 changes the registry's tables: it adds the
 * workspace. A file has a revision without a release when an upgrade was interrupted there, or when a
 * development build created the file.
 */
const releases: Readonly<Record<string, string | undefined>> = {
  "1bd49d398cd23": "3.8",
  b7c8d9e0f1a2: undefined,
  "5d2d30f0abce": undefined,
  c9d4e5f6a7b8: undefined,
  "2c33131f4dae": undefined,
  d3e4f5a6b7c8: "3.9",
  d0e1f2a3b4c5: undefined,
  c8d9e0f1a2b3: undefined,
  "1b5f0d9ad7c1": "3.10",
  e1f2a3b4c5d6: undefined,
  "76601a5f987d": undefined,
  c3d6457b6d8a: "3.11",
  a5b4c3d2e1f0: undefined,
  ae8bbe7743c9: undefined,
  "7d34483879f0": "3.12",
  da6fb0208061: "3.13",
  "89d3d66ed43f": undefined,
  b7e4c1a90f23: "3.14",
  a8b9c0d1e2f3: undefined,
  c1d2e3f4a5b6: undefined,
  c3d9e7f1a2b4: undefined,
  "6f8d9c3b2a1e": "3.15",
  "1971f2d9a75b": undefined,
  "17e22815139b": undefined,
  b7e2c1a4d9f3: "3.16",
  "75868b020152": undefined,
  dc11669786a5: "3.17",
  e7d1f4b2a9c6: undefined,
  "8b6ad64cb8f5": undefined,
  f4a9b2c7d1e6: "3.18",
};

export const supportedReleases = "MLflow 3.8 to 3.18";

/** The release of a revision: undefined between two releases, null for an unknown revision. */
export function findRelease(revision: string): string | undefined | null {
  return Object.hasOwn(releases, revision) ? releases[revision] : null;
}
