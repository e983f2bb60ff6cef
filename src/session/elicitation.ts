import type * as z from "zod";
import { toOneLine } from "../registry/text/one-line.ts";

/** What a call can ask of the person at its client (MCP, Elicitation). */
export interface Elicitation {
  /** Whether the client supports elicitation with forms. */
  readonly isSupported: boolean;
  /**
   * The person's response to a request of this call. "dismissed": the person closed it and answered
   * neither yes nor no. Undefined: there is none yet.
   */
  responseTo<Form extends z.ZodObject>(
    request: ElicitationRequest<Form>,
  ): z.infer<Form> | "declined" | "dismissed" | undefined;
}

/** A form that the person fills in during a call. The call is then made again with the response. */
export class ElicitationRequest<Form extends z.ZodObject = z.ZodObject> {
  /** One line, even if a quoted name or text has several. */
  readonly message: string;

  constructor(
    /** Identifies the request. It varies with the registry's state, so an old response matches no new request. */
    readonly key: string,
    message: string,
    readonly form: Form,
  ) {
    this.message = toOneLine(message);
  }
}
