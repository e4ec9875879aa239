import { html } from "hono/html"

/**
 * The page. Its script and style are served beside it, so that its policy can forbid everything else.
 *
 * @param url the MCP server that is already in the form.
 */
export const page = (url = "") => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Doorward test client</title>
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body>
<main>
<h1>Sign in to an MCP server, step by step</h1>
<p class="lead">Runs the whole flow as an MCP client does: discovery, registration, authorization with
PKCE, tokens, a tool call, refresh. Each requirement that the server breaks is named with its source.</p>
<form id="run">
<label>MCP server <input name="url" type="url" required placeholder="http://localhost:8000/mcp" value="${url}" autofocus></label>
<details>
<summary>More</summary>
<div class="more">
<label>Protocol <select name="era">
<option value="legacy">up to 2025-11-25 (SDK 1.x)</option>
<option value="modern">2026-07-28 where it is spoken (SDK 2.x)</option>
</select></label>
<label>Tool <input name="tool" placeholder="whoami"></label>
<label>Scopes <input name="scope"></label>
<label>Client ID <input name="clientId" autocomplete="off"></label>
<label>Client secret <input name="clientSecret" type="password" autocomplete="off"></label>
<label>Client metadata URL <input name="clientMetadataUrl" type="url"></label>
</div>
</details>
<button>Run</button>
</form>
<p id="verdict" role="status" aria-live="polite"></p>
<ol id="steps"></ol>
</main>
</body>
</html>
`
