import process from "node:process";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/server/validators/cf-worker";

/**
 * What the SDK takes from its platform (`@modelcontextprotocol/server/_shims`), put in its place by
 * `build.mjs`: the SDK's small JSON Schema validator instead of ajv, which is a third of what a bare
 * server reads and runs at its start. Nothing that this program asks of the SDK validates anything
 * by a JSON Schema.
 */
export class DefaultJsonSchemaValidator extends CfWorkerJsonSchemaValidator {}
export { process };
