import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { Semaphore } from "../../registry/concurrency/semaphore.ts";
import { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal, tooMany } from "../refusal.ts";

/** Failed sign-ins of one client address within a minute; after that MLflow is not asked for it. */
const mostFailures = 20;

/**
 * Sign-ins under way at a time, of the 16 calls that MLflow is asked at a time: it takes half a
 * second of a processor to check a password.
 */
const atOnce = 2;

/** Sign-ins that wait for their turn. */
const mostWaiting = 256;

/** How long one waits for its turn. */
const patienceMs = 10_000;

/** A sign-in that MLflow is not asked about, whoever it is. */
export class LoginThrottled extends HttpRefusal {}

/**
 * Lets few credentials at a time reach MLflow that it has never accepted, so that who guesses
 * passwords takes nothing from those who are signed in; and none from an address that has just
 * failed often.
 */
export class LoginThrottle {
  readonly #failures = new RateLimiterMemory({ points: mostFailures, duration: 60 });
  readonly #turns = new Semaphore(atOnce);
  #waiting = 0;

  /**
   * @param ask rejects with RegistryError `unauthenticated` when the credential is wrong
   * @throws LoginThrottled 429 when the address has failed too often, or too many wait
   */
  async attempt<Result>(address: string, ask: () => Promise<Result>): Promise<Result> {
    await this.#checkFailures(address);
    if (this.#waiting >= mostWaiting) throw busy();
    this.#waiting++;
    const late = AbortSignal.timeout(patienceMs);
    let begun = false;
    const turn = async () => {
      begun = true;
      // Others of the same address may have failed meanwhile.
      await this.#checkFailures(address);
      return this.#counting(address, ask);
    };
    try {
      return await this.#turns.run(late, turn);
    } catch (error) {
      throw begun ? error : busy();
    } finally {
      this.#waiting--;
    }
  }

  async #counting<Result>(address: string, ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RegistryError && error.kind === "unauthenticated") {
        // Rejects at the limit, which the next attempt is told.
        await this.#failures.consume(address).catch(() => undefined);
      }
      throw error;
    }
  }

  async #checkFailures(address: string): Promise<void> {
    const failed: RateLimiterRes | null = await this.#failures.get(address);
    if (failed === null || failed.consumedPoints < mostFailures) return;
    throw refused(
      `${mostFailures} sign-ins from this address have failed within a minute.`,
      failed.msBeforeNext / 1_000,
    );
  }
}

function busy(): LoginThrottled {
  return refused("As many sign-ins are under way as this server takes.", 5);
}

function refused(what: string, seconds: number): LoginThrottled {
  const { status, message, headers } = tooMany(what, seconds);
  return new LoginThrottled(status, message, headers);
}
