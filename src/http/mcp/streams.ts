/** Calls back once when the response has been read, was cancelled, or has no body. */
export function callOnEnd(response: Response, ended: () => void): Response {
  return makeEndable(response, ended).response;
}

/** As `callOnEnd`, with a function that ends the response after what was written until then. */
export function makeEndable(
  response: Response,
  ended: () => void,
): { readonly response: Response; readonly end: () => void } {
  const { body, status, statusText, headers } = response;
  if (body === null) {
    ended();
    return { response, end: () => {} };
  }
  const reader = body.getReader();
  let over = false;
  const end = () => {
    if (!over) ended();
    over = true;
  };
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
  return {
    response: new Response(watched, { status, statusText, headers }),
    // Ends a pending read, and cancels the source.
    end: () => void reader.cancel().catch(() => undefined),
  };
}

/** Whether the response is a stream of server-sent events. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

/**
 * Reads the first message of a stream, if it arrives in time, and returns it with the whole response.
 * The empty event that opens a resumable stream is not a message.
 */
export async function firstMessage(
  response: Response,
  timeoutMs: number,
): Promise<{ readonly message: string | undefined; readonly response: Response }> {
  const { body, status, headers } = response;
  if (body === null) return { message: undefined, response };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const late = new Promise<"late">((resolve) => {
    setTimeout(resolve, timeoutMs, "late").unref();
  });
  const read: Uint8Array[] = [];
  let text = "";
  let message: string | undefined;
  let reading = reader.read();
  while (message === undefined) {
    const chunk = await Promise.race([reading, late]);
    if (chunk === "late" || chunk.done) break;
    read.push(chunk.value);
    text += decoder.decode(chunk.value, { stream: true });
    message = /^data: (\{.*)\n/m.exec(text)?.[1];
    reading = reader.read();
  }
  const resumed = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of read) controller.enqueue(chunk);
    },
    async pull(controller) {
      const { done, value } = await reading;
      if (done) return controller.close();
      controller.enqueue(value);
      reading = reader.read();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { message, response: new Response(resumed, { status, headers }) };
}
