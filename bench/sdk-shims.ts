import process from "node:process";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/server/validators/ajv";

/** The SDK's own exports for Node: the bare server is the SDK as it comes. */
export class DefaultJsonSchemaValidator extends AjvJsonSchemaValidator {}
export { process };
