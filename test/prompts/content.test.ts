import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partContents } from "../../src/prompts/parts.ts";
import type { ContentPart } from "../../src/registry/types.ts";

function contentOf(part: ContentPart) {
  return partContents(part)[0];
}

function image(url: string) {
  return contentOf({ type: "image_url", image_url: { url } });
}

function audio(data: string, format?: string) {
  return contentOf({ type: "input_audio", input_audio: { data, format } });
}

describe("an image", () => {
  it.each([
    ["base64", "data:image/png;base64,iVBORw0KGgo=", "image/png", "iVBORw0KGgo="],
    ["a scheme in capitals", "DATA:Image/PNG;BASE64,iVBORw0KGgo=", "image/png", "iVBORw0KGgo="],
    ["parameters", "data:image/png;name=a.png;base64,iVBORw0KGgo=", "image/png", "iVBORw0KGgo="],
    ["a charset", "data:image/svg+xml;charset=utf-8;base64,PHN2Zy8+", "image/svg+xml", "PHN2Zy8+"],
    ["no padding", "data:image/png;base64,iVBORw0KGgo", "image/png", "iVBORw0KGgo="],
    ["the URL alphabet", "data:image/png;base64,_-8", "image/png", "/+8="],
    ["escapes in base64", "data:image/png;base64,iVBORw0KGgo%3D", "image/png", "iVBORw0KGgo="],
    ["line ends", "data:image/png;base64,iVBO\n  Rw0KGgo=\n", "image/png", "iVBORw0KGgo="],
    ["escaped text", "data:image/svg+xml,%3Csvg%2F%3E", "image/svg+xml", "PHN2Zy8+"],
    ["plain text", "data:image/svg+xml;utf8,<svg>é</svg>", "image/svg+xml", "PHN2Zz7DqTwvc3ZnPg=="],
    ["escaped bytes", "data:image/png,%89PNG%0d%0A", "image/png", "iVBORw0K"],
  ])("in a data URL with %s is image content", (_, url, mimeType, data) => {
    expect(image(url)).toEqual({ type: "image", mimeType, data });
  });

  it.each([
    ["elsewhere", "https://example.com/a.png"],
    ["in a store", "s3://bucket/a.png"],
    ["that a host fills in", "data:image/png;base64,$1"],
    ["cut short", "data:image/png;base64,iVBOR"],
    ["without data", "data:image/png;base64,"],
    ["without a comma", "data:image/png"],
  ])("%s becomes its URL as text", (_, url) => {
    expect(image(url)).toEqual({ type: "text", text: url });
  });

  it("never has invalid base64", () => {
    const head = fc.constantFrom(
      "data:image/png;base64,",
      "data:image/svg+xml,",
      "data:image/png;",
    );
    const body = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.base64String(),
      fc.stringMatching(/^[\w%=,-]*$/),
    );
    fc.assert(
      fc.property(head, body, (head, body) => {
        const content = image(head + body);
        if (content?.type === "image") expect(() => atob(content.data)).not.toThrow();
      }),
    );
  });

  it("may be a plain URL", () => {
    const url = "data:image/png;base64,AAAA";
    expect(contentOf({ type: "image_url", image_url: url })).toEqual({
      type: "image",
      mimeType: "image/png",
      data: "AAAA",
    });
  });

  it.each([
    ["application/pdf", "data:application/pdf;base64,AAAA", { blob: "AAAA" }],
    ["text/plain", "data:;base64,aGVsbG8=", { text: "hello" }],
    ["text/plain", "data:,h%C3%A9llo", { text: "héllo" }],
  ])(
    "that is %s becomes an embedded resource with a URI from its data",
    (mimeType, url, content) => {
      expect(image(url)).toEqual({
        type: "resource",
        resource: { uri: expect.stringMatching(/^urn:sha256:[0-9a-f]{64}$/), mimeType, ...content },
      });
    },
  );

  it("that is audio is audio", () => {
    expect(image("data:audio/ogg;base64,AAAA")).toEqual({
      type: "audio",
      mimeType: "audio/ogg",
      data: "AAAA",
    });
  });
});

describe("audio", () => {
  it.each([
    ["in wav", "AAAA", "wav", "audio/wav"],
    ["in mp3", "AAAA", "mp3", "audio/mpeg"],
    ["in capitals", "AAAA", "MP3", "audio/mpeg"],
    ["in another format", "AAAA", "ogg", "audio/ogg"],
    ["in a data URL", "data:audio/wav;base64,AAAA", "wav", "audio/wav"],
    ["in a data URL that knows better", "data:audio/ogg;base64,AAAA", "wav", "audio/ogg"],
    ["in a data URL without format", "data:audio/ogg;base64,AAAA", undefined, "audio/ogg"],
    ["in a data URL that does not know", "data:;base64,AAAA", "mp3", "audio/mpeg"],
    ["with line ends", "AA\nAA", "wav", "audio/wav"],
  ])("%s is audio content", (_, data, format, mimeType) => {
    expect(audio(data, format)).toEqual({ type: "audio", mimeType, data: "AAAA" });
  });

  it.each([
    ["that a host fills in", "$1", "wav"],
    ["elsewhere", "https://example.com/a.wav", "wav"],
    ["of no format", "AAAA", undefined],
  ])("%s becomes text with a label", (_, data, format) => {
    expect(audio(data, format)).toEqual({
      type: "text",
      text: `[input_audio] ${JSON.stringify({ input_audio: { data, format } })}`,
    });
  });
});

describe("text", () => {
  it.each([
    ["MLflow's", { type: "text", text: "Hello" }],
    [
      "with a provider's key",
      { type: "text", text: "Hello", cache_control: { type: "ephemeral" } },
    ],
    ["OpenAI's Responses'", { type: "input_text", text: "Hello" }],
    ["Gemini's", { text: "Hello" }],
  ])("%s is text", (_, part) => {
    expect(partContents(part)).toEqual([{ type: "text", text: "Hello" }]);
  });
});

describe("a file", () => {
  const pdf = {
    type: "resource",
    resource: { uri: expect.any(String), mimeType: "application/pdf", blob: "AAAA" },
  };

  it.each([
    [
      "OpenAI's",
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ],
    [
      "OpenAI's Responses'",
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" },
    ],
    [
      "Anthropic's",
      {
        type: "document",
        title: "file a.pdf",
        source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
      },
    ],
  ])("with data is a label and an embedded resource (%s)", (_, part) => {
    expect(partContents(part)).toEqual([{ type: "text", text: "[file a.pdf]" }, pdf]);
  });

  it("that only its provider can resolve is labelled text", () => {
    expect(contentOf({ type: "file", file: { file_id: "file-1" } })).toEqual({
      type: "text",
      text: "[file file-1]",
    });
    expect(contentOf({ type: "file", file: {} })).toEqual({
      type: "text",
      text: '[file] {"file":{}}',
    });
  });
});

describe("Anthropic's parts", () => {
  it.each([
    [
      { type: "base64", media_type: "image/png", data: "AAAA" },
      { type: "image", mimeType: "image/png", data: "AAAA" },
    ],
    [
      { type: "url", url: "https://example.com/a.png" },
      { type: "text", text: "https://example.com/a.png" },
    ],
  ])("are images: %j", (source, expected) => {
    expect(partContents({ type: "image", source })).toEqual([expected]);
  });

  it("are tool calls and their results", () => {
    const call = { type: "tool_use", id: "t1", name: "get_weather", input: { city: "Paris" } };
    expect(contentOf(call)).toEqual({
      type: "text",
      text: '[tool call get_weather t1] {"city":"Paris"}',
    });
    const result = { type: "tool_result", tool_use_id: "t1" };
    expect(partContents({ ...result, content: "Sunny" })).toEqual([
      { type: "text", text: "[tool result t1]\nSunny" },
    ]);
    expect(partContents({ ...result, is_error: true, content: "No such city" })).toEqual([
      { type: "text", text: "[tool error t1]\nNo such city" },
    ]);
    expect(partContents({ ...result, content: [{ type: "text", text: "Sunny" }] })).toEqual([
      { type: "text", text: "[tool result t1]" },
      { type: "text", text: "Sunny" },
    ]);
  });
});

describe("any other part", () => {
  it("is text with its type as the label, without the provider's cache marks", () => {
    expect(contentOf({ type: "reasoning", summary: [], cache_control: {} })).toEqual({
      type: "text",
      text: '[reasoning] {"summary":[]}',
    });
    expect(contentOf({ type: "image_url" })).toEqual({ type: "text", text: "[image_url] {}" });
    expect(contentOf({ inline_data: { data: "AAAA" } })).toEqual({
      type: "text",
      text: '[part] {"inline_data":{"data":"AAAA"}}',
    });
  });
});
