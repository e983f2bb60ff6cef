import {
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Elicitation, ElicitationRequest } from "../session/elicitation.ts";
import type { Client } from "./client.ts";

/** Reads from a request whether its client supports elicitation, and the responses it brings. */
export function elicitationOf({ elicitation }: Client, { mcpReq }: ServerContext): Elicitation {
  // A client that names no mode takes forms (MCP 2025-11-25, Elicitation, Capabilities).
  const isSupported =
    elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  return {
    isSupported,
    responseTo({ key, form }) {
      const response = inputResponse(mcpReq.inputResponses, key);
      if (response.kind !== "elicit") return undefined;
      if (response.action === "cancel") return "dismissed";
      if (response.action === "decline") return "declined";
      return form.safeParse(response.content).data;
    },
  };
}

/** The result by which the client shows the form. The SDK sends `elicitation/create` to a 2025-era client. */
export function inputRequiredFor({ key, message, form }: ElicitationRequest): InputRequiredResult {
  const request = inputRequired.elicit({ message, requestedSchema: form });
  return inputRequired({ inputRequests: { [key]: request } });
}
