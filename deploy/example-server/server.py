"""An MCP server that knows nothing of OAuth: Doorward stands in front of it and says who calls."""

from urllib.parse import unquote

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("example")


@server.tool()
def greet(context: Context) -> str:
    """Greets whoever calls."""
    caller = (context.headers or {}).get("x-doorward-name", "nobody that the gateway named")
    return f"Hello, {unquote(caller)}"


if __name__ == "__main__":
    # All interfaces of the container. Only Doorward shares a network with it: anybody else who reached
    # this port could send the headers too.
    server.run("streamable-http", host="0.0.0.0", port=9000)
