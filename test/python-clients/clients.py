"""Uses a server over stdio through one Python client, and prints as JSON what the client saw.

Usage: clients.py CLIENT NODE PROGRAM REGISTRY MESSAGES
"""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

client, node, program, registry, messages = sys.argv[1:]
server = {
    "command": node,
    "args": [program, "stdio", "--messages", messages],
    "env": {"MLFLOW_TRACKING_URI": registry, "MLFLOW_PROMPTS_MODEL_URL": "http://127.0.0.1:1/v1"},
}
prompt = {
    "name": f"from-{client}",
    "template": "Hello {{ name }}",
    "llm_config": {"temperature": 0.5},
}
image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
pdf = {"type": "image_url", "image_url": {"url": "data:application/pdf;base64,AAAA"}}
picture = {
    "name": "picture",
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Look:"}, image, pdf]}],
}


async def got(getting):
    """What a client makes of a prompt with an image, or the error that it raises."""
    try:
        return str(await getting)
    except Exception as error:
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        return f"{type(error).__name__}: {error}"


async def llama_index():
    from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

    basic = BasicMCPClient(server["command"], args=server["args"], env=server["env"])
    tools = {
        tool.metadata.name: tool
        for tool in await McpToolSpec(client=basic).to_tool_list_async()
    }
    schemas = [tool.metadata.get_parameters_dict() for tool in tools.values()]
    registered = await tools["register_prompt"].acall(**prompt)
    listed = await tools["list_prompts"].acall()
    await tools["register_prompt"].acall(**picture)
    return tools, schemas, registered, listed, await got(basic.get_prompt("picture"))


async def langchain():
    from langchain_core.utils.function_calling import convert_to_openai_tool
    from langchain_mcp_adapters.client import MultiServerMCPClient

    connected = MultiServerMCPClient({"prompts": {"transport": "stdio", **server}})
    tools = {tool.name: tool for tool in await connected.get_tools()}
    schemas = [convert_to_openai_tool(tool) for tool in tools.values()]
    registered = await tools["register_prompt"].ainvoke(prompt)
    listed = await tools["list_prompts"].ainvoke({})
    await tools["register_prompt"].ainvoke(picture)
    prompt_got = await got(connected.get_prompt("prompts", "picture"))
    return tools, schemas, registered, listed, prompt_got


async def semantic_kernel():
    from semantic_kernel import Kernel
    from semantic_kernel.connectors.ai.function_calling_utils import (
        kernel_function_metadata_to_function_call_format as call_format,
    )
    from semantic_kernel.connectors.mcp import MCPStdioPlugin

    class Plugin(MCPStdioPlugin):
        async def message_handler(self, message):
            """Semantic Kernel 1.44 would list again before it reads on, and wait for ever."""

    async with Plugin(name="prompts", **server) as plugin:
        tools = Kernel().add_plugin(plugin).functions
        schemas = [call_format(tool.metadata) for tool in tools.values()]
        registered = await plugin.call_tool("register_prompt", **prompt)
        listed = await plugin.call_tool("list_prompts")
        await plugin.call_tool("register_prompt", **picture)
        return tools, schemas, registered, listed, await got(plugin.get_prompt("picture"))


async def google_genai():
    from google.genai._mcp_utils import mcp_to_gemini_tools

    parameters = StdioServerParameters(**server)
    async with (
        stdio_client(parameters) as streams,
        ClientSession(*streams) as session,
    ):
        await session.initialize()
        converted = mcp_to_gemini_tools((await session.list_tools()).tools)
        declared = [tool.function_declarations[0] for tool in converted]
        tools = [one.name for one in declared]
        schemas = [one.model_dump(mode="json") for one in declared]
        registered = await session.call_tool("register_prompt", prompt)
        listed = await session.call_tool("list_prompts", {})
        await session.call_tool("register_prompt", picture)
        return tools, schemas, registered, listed, await got(session.get_prompt("picture"))


clients = {
    "llama-index": llama_index,
    "langchain": langchain,
    "semantic-kernel": semantic_kernel,
    "google-genai": google_genai,
}
tools, schemas, registered, listed, shown = asyncio.run(clients[client]())
print(
    json.dumps(
        {
            "tools": list(tools),
            "schemas": schemas,
            "registered": str(registered),
            "listed": str(listed),
            "picture": shown,
        }
    )
)
