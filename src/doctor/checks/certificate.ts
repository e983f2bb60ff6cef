import { type ConnectionOptions, connect } from "node:tls";
import { tlsConnect } from "../../mlflow/http/tls.ts";
import { type Check, type Finding, ok, skipped, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

const dayMs = 86_400_000;

/** Certificates are renewed a month before they end. */
const soonDays = 14;

/** How long MLflow's certificate is still valid. */
export function certificateCheck({ config }: MlflowTarget): Check {
  return {
    name: "certificate",
    async run(signal) {
      const url = new URL(config.baseUrl);
      if (url.protocol !== "https:") return skipped("MLflow's address is not https.");
      if (config.proxy) return skipped("The connection goes through a proxy.");
      const host = url.hostname.replace(/^\[|\]$/g, "");
      const until = await validUntil(
        { host, port: Number(url.port) || 443, ...tlsConnect(config.tls) },
        signal,
      );
      return certificateFinding(until, new Date());
    },
  };
}

export function certificateFinding(until: Date, now: Date): Finding {
  const days = Math.floor((until.getTime() - now.getTime()) / dayMs);
  const day = until.toISOString().slice(0, 10);
  if (days >= soonDays) return ok(`MLflow's certificate is valid until ${day}.`);
  return warning(
    `MLflow's certificate ends on ${day}.`,
    "Renew it: no request succeeds afterwards.",
  );
}

function validUntil(options: ConnectionOptions, signal: AbortSignal): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
    socket.once("error", reject);
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
  });
}
