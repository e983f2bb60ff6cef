import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { values } from "./prompts.ts";

/** A model that answers at once with the text that the measured prompt ends with. */
export interface EchoModel {
  /** With `/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

/** A row for `evaluate_prompt` and for `mlflow.genai.evaluate`: both take this form. */
export interface EvaluatedRow {
  readonly inputs: Readonly<Record<string, string>>;
  readonly expectations: { readonly expected_response: string };
}

const chat = z.object({ messages: z.array(z.object({ content: z.string() })).min(1) });
const lastText = /Text: (.*)$/s;

/** Rows of the measured prompt whose expected response is what the model answers. */
export function rowsOf(count: number): readonly EvaluatedRow[] {
  return Array.from({ length: count }, (_, index) => {
    const text = `${values.text} It is release ${index}.`;
    return { inputs: { ...values, text }, expectations: { expected_response: text } };
  });
}

/** Starts a server with OpenAI's chat completions. */
export async function startEchoModel(): Promise<EchoModel> {
  const server = createServer(async (request, response) => {
    const { messages } = chat.parse(await json(request));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(completion(lastText.exec(messages.at(-1)?.content ?? "")?.[1])));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The model has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function completion(content = "") {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "echo",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
    usage: { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 },
  };
}
