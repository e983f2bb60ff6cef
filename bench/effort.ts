/** How much is measured: more rounds and calls give steadier ratios. */
export interface Effort {
  readonly rounds: number;
  /** Calls of a round to servers that answer from memory or from a file. */
  readonly callsInMemory: number;
  /** Calls of a round that send requests to MLflow: 10 ms each. */
  readonly callsOfMlflow: number;
  /** Rounds with registries of 10,000 prompts, whose lists take seconds. None leaves them out. */
  readonly roundsOfScale: number;
  /** For how long gets are made at each constant rate. */
  readonly secondsOfRates: number;
  /** Rows of each measured evaluation. */
  readonly rowsOfEvaluations: number;
  /** Prompts of each measured migration, of 5 versions. */
  readonly promptsToMigrate: number;
  readonly roundsOfMigration: number;
}

export const fullEffort: Effort = {
  rounds: 5,
  callsInMemory: 2_000,
  callsOfMlflow: 128,
  roundsOfScale: 3,
  secondsOfRates: 20,
  rowsOfEvaluations: 50,
  promptsToMigrate: 1_000,
  roundsOfMigration: 1,
};

export const quickEffort: Effort = {
  rounds: 2,
  callsInMemory: 400,
  callsOfMlflow: 48,
  roundsOfScale: 0,
  secondsOfRates: 5,
  rowsOfEvaluations: 20,
  promptsToMigrate: 50,
  roundsOfMigration: 2,
};
