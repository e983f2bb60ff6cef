import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { Semaphore } from "../../registry/concurrency/semaphore.ts";
import { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal, tooMany } from "../refusal.ts";

/** Failed logins of one client address within a minute, after which its logins are refused. */
const maxFailures = 20;

/**
 * Concurrent logins, of the 16 concurrent requests to MLflow: checking a password takes half a second
 * of a processor.
 */
const concurrency = 2;

const maxQueued = 256;

const queueTimeoutMs = 10_000;

/** A login that is refused before MLflow checks its credential. */
export class LoginThrottled extends HttpRefusal {}

/**
 * Limits the requests to MLflow with credentials that it has never accepted, so that guessed
 * passwords take no capacity from verified callers. An address with too many failures is refused.
 */
export class LoginThrottle {
  readonly #failures = new RateLimiterMemory({ points: maxFailures, duration: 60 });
  readonly #semaphore = new Semaphore(concurrency);
  #queued = 0;

  /**
   * @param login rejects with RegistryError `unauthenticated` when the credential is wrong
   * @throws LoginThrottled 429 for an address with too many failures, or when the queue is full
   */
  async attempt<Result>(address: string, login: () => Promise<Result>): Promise<Result> {
    await this.#checkFailures(address);
    if (this.#queued >= maxQueued) throw busy();
    this.#queued++;
    const timeout = AbortSignal.timeout(queueTimeoutMs);
    let started = false;
    const run = async () => {
      started = true;
      // Logins of the same address may have failed while this one was queued.
      await this.#checkFailures(address);
      return this.#countFailure(address, login);
    };
    try {
      return await this.#semaphore.run(timeout, run);
    } catch (error) {
      throw started ? error : busy();
    } finally {
      this.#queued--;
    }
  }

  async #countFailure<Result>(address: string, login: () => Promise<Result>): Promise<Result> {
    try {
      return await login();
    } catch (error) {
      if (error instanceof RegistryError && error.kind === "unauthenticated") {
        // `consume` rejects at the limit; the next attempt is refused for it.
        await this.#failures.consume(address).catch(() => undefined);
      }
      throw error;
    }
  }

  async #checkFailures(address: string): Promise<void> {
    const failed: RateLimiterRes | null = await this.#failures.get(address);
    if (failed === null || failed.consumedPoints < maxFailures) return;
    throw throttled(
      `${maxFailures} logins from this address have failed within a minute.`,
      failed.msBeforeNext / 1_000,
    );
  }
}

function busy(): LoginThrottled {
  return throttled("The server is at its limit of concurrent logins.", 5);
}

function throttled(reason: string, seconds: number): LoginThrottled {
  const { status, message, headers } = tooMany(reason, seconds);
  return new LoginThrottled(status, message, headers);
}
