import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { HttpRefusal } from "../refusal.ts";

/** A delivery is taken so long before and after it was signed, as far as the clocks tell. */
export const windowMs = 5 * 60_000;

/**
 * Checks that a webhook was sent by who has the secret, and just now. MLflow (3.8 to 3.17,
 * `mlflow/webhooks/delivery.py`) signs `{id}.{timestamp}.{body}`, the timestamp in whole seconds, and
 * sends all of it again, as it was, when it tries again.
 * @param body as it arrived, byte for byte
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
  // No dot in the id and none in the timestamp: what is signed can be divided in one way only.
  if (typeof id !== "string" || !/^[\w-]{1,128}$/.test(id)) throw unsigned("X-MLflow-Delivery-Id");
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) {
    throw unsigned("X-MLflow-Timestamp");
  }
  if (typeof signature !== "string") throw unsigned("X-MLflow-Signature");
  const hmac = createHmac("sha256", secret).update(`${id}.${timestamp}.`).update(body);
  if (!isSame(signature, `v1,${hmac.digest("base64")}`)) {
    throw new HttpRefusal(
      401,
      "The signature is not right: the webhook in MLflow has another secret than this server's MLFLOW_PROMPTS_WEBHOOK_SECRET, or the delivery was changed on its way.",
    );
  }
  if (Math.abs(now - 1_000 * Number(timestamp)) > windowMs) {
    throw new HttpRefusal(
      401,
      "The delivery was signed more than 5 minutes from now: compare the clocks of MLflow and of this server.",
    );
  }
  return id;
}

function unsigned(header: string): HttpRefusal {
  return new HttpRefusal(401, `The delivery is not signed as MLflow signs: ${header} is missing.`);
}

/** Takes the same time whatever differs. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
