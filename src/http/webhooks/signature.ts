import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { HttpRefusal } from "../refusal.ts";

/** The accepted difference between a delivery's timestamp and the clock of this server. */
export const windowMs = 5 * 60_000;

/**
 * Verifies that the sender of a webhook has the secret and signed the delivery recently. MLflow (3.8
 * to 3.17, `mlflow/webhooks/delivery.py`) signs `{id}.{timestamp}.{body}`, the timestamp in whole
 * seconds, and sends the same id, timestamp and signature again when it retries.
 * @param body the bytes that arrived
 * @param now milliseconds since 1970
 * @returns the id of the delivery
 * @throws HttpRefusal 401
 */
export function checkSignature(
  secret: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  now: number,
): string {
  const id = headers["x-mlflow-delivery-id"];
  const timestamp = headers["x-mlflow-timestamp"];
  const signature = headers["x-mlflow-signature"];
  // Without dots in id and timestamp the signed text can be split in one way only.
  if (typeof id !== "string" || !/^[\w-]{1,128}$/.test(id)) throw unsigned("X-MLflow-Delivery-Id");
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) {
    throw unsigned("X-MLflow-Timestamp");
  }
  if (typeof signature !== "string") throw unsigned("X-MLflow-Signature");
  const hmac = createHmac("sha256", secret).update(`${id}.${timestamp}.`).update(body);
  if (!isSame(signature, `v1,${hmac.digest("base64")}`)) {
    throw new HttpRefusal(
      401,
      "The signature is wrong: the webhook's secret in MLflow differs from this server's MLFLOW_PROMPTS_WEBHOOK_SECRET, or the delivery was changed on its way.",
    );
  }
  if (Math.abs(now - 1_000 * Number(timestamp)) > windowMs) {
    throw new HttpRefusal(
      401,
      "The delivery's timestamp differs from this server's clock by more than 5 minutes: compare the clocks of MLflow and of this server.",
    );
  }
  return id;
}

function unsigned(header: string): HttpRefusal {
  return new HttpRefusal(401, `The delivery is not signed as MLflow signs: ${header} is missing.`);
}

/** Compares in constant time. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
