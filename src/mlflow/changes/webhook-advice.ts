/** What MLflow (3.8 to 3.17) says of an address that it does not call, and what to do about it. */
const cures: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid webhook URL scheme/,
    "Name an https address, or set MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https on the MLflow server.",
  ],
  [
    /non-public IP address|not a public IP address/,
    "The address is one of a private network: set MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true on the MLflow server.",
  ],
  [
    /Cannot resolve|Failed to resolve|Name or service not known/i,
    "Name an address whose host the MLflow server can resolve.",
  ],
  [/Connection refused/i, "Nothing listens there: start the http command, or correct the address."],
  [/timed out/i, "Nobody answers there in time: see that the MLflow server reaches that address."],
  [
    /SSLError|CERTIFICATE_VERIFY_FAILED/,
    "Have the address serve a certificate that the MLflow server trusts.",
  ],
];

/** A sentence, or none for a reason that is not known. */
export function adviseOnWebhook(reason: string): string {
  return cures.find(([said]) => said.test(reason))?.[1] ?? "";
}
