import {
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ElicitationRequest, Person } from "../session/session.ts";
import type { Client } from "./client.ts";

/** The person before the client of a request, as far as the client lets them be asked. */
export function personOf({ elicitation }: Client, { mcpReq }: ServerContext): Person {
  // A client that names no mode takes forms (MCP 2025-11-25, Elicitation, Capabilities).
  const reachable =
    elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  return {
    reachable,
    answer({ key, form }) {
      const response = inputResponse(mcpReq.inputResponses, key);
      if (response.kind !== "elicit") return undefined;
      if (response.action !== "accept") return "declined";
      return form.safeParse(response.content).data;
    },
  };
}

/** The result that makes a client ask, in either era (2025: `elicitation/create`). */
export function asking({ key, message, form }: ElicitationRequest): InputRequiredResult {
  const question = inputRequired.elicit({ message, requestedSchema: form });
  return inputRequired({ inputRequests: { [key]: question } });
}
