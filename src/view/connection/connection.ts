import type { Answer, Arguments, ToolName } from "./tools.ts";

export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly message?: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How the view reaches the server: through a host that shows it, or from a browser. */
export interface Connection {
  readonly place: "host" | "browser";
  /** @throws CallFailure when the tool answers with an error, or the server does not answer */
  call<Name extends ToolName>(
    tool: Name,
    args: Arguments<Name>,
    options?: CallOptions,
  ): Promise<Answer<Name>>;
  /** Opens an address outside of the view. Absent: the host cannot. @throws CallFailure when it refuses */
  readonly openLink?: (url: string) => Promise<void>;
  /** Offers a file to save. Absent: the host cannot. Resolves with whether it took it. */
  readonly download?: (name: string, text: string) => Promise<boolean>;
}

/** What a failed call is about, as the server says it. Absent fields are not known. */
export interface FailureSubject {
  readonly kind?: string;
  readonly reason?: string;
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
}

/** A call that failed. The message is for people: what failed, on what, and what to do next. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";

  constructor(
    message: string,
    readonly subject: FailureSubject = {},
    /** Where the server refused the request itself: the HTTP status, and the scope that the token lacks. */
    readonly refusal?: { readonly status: number; readonly scope?: string },
  ) {
    super(message);
  }
}

/** A failure that the view itself finds, in the language of the view. Others have the server's words. */
export class OwnFailure extends CallFailure {}
