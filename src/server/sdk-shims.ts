import process from "node:process";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/server/validators/cf-worker";

/**
 * Replaces the SDK's platform module (`@modelcontextprotocol/server/_shims`) in the bundle; see
 * `build.mjs`. It provides the SDK's small JSON Schema validator instead of ajv, which is a third of
 * what a bare server loads at its start. This program uses no feature of the SDK that validates by a
 * JSON Schema.
 */
export class DefaultJsonSchemaValidator extends CfWorkerJsonSchemaValidator {}
export { process };
