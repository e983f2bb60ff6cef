/** Counts passed and failed checks, and ends a run with the line that CI reads. */
export class Checks {
  #passed = 0;
  readonly #failed: string[] = [];

  /** @param problem why the check fails; undefined when it passes */
  add(check: string, problem: string | undefined): void {
    if (problem === undefined) this.#passed += 1;
    else this.#failed.push(`${check}: ${problem}`);
  }

  get failed(): readonly string[] {
    return this.#failed;
  }

  /** Prints what failed and the closing line, and sets the exit code. */
  close(): void {
    for (const failure of this.#failed.slice(0, 50)) console.log(`FAILED ${failure}`);
    console.log(`\n${this.#passed} passed, ${this.#failed.length} failed`);
    if (this.#failed.length > 0 || this.#passed === 0) process.exitCode = 1;
  }
}
