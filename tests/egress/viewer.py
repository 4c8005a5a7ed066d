"""A viewer and an agent, on a machine of their own. It prints what came of each step, as JSON.

python -m tests.egress.viewer POP DESK AGENT_TOKEN FOR_PEOPLE ELSEWHERE
"""

import asyncio
import json
import sys
from typing import Any

import aiohttp

from tests.pen import DROP
from tests.waiting import until


async def main(pop: str, desk: str, token: str, for_people: str, elsewhere: str) -> dict[str, Any]:
    """Two viewers ask, with these words, what people must answer and what is answered; then a person replies."""
    agent = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http:

        async def post(path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
            async with http.post(f"{pop}{path}", json=body, headers=headers) as response:
                answer: dict[str, Any] = await response.json()
                assert response.ok, answer
                return answer

        async def new_viewer() -> dict[str, str]:
            session = await post("/v1/sessions", {"island": str(DROP)}, {})
            return {"Authorization": f"Bearer {session['session']}"}

        island, viewer, other = {"island": str(DROP)}, await new_viewer(), await new_viewer()
        answered = await post("/v1/ask", {**island, "text": f"@{elsewhere} when does it ship?"}, other)
        taken = await post("/v1/ask", {**island, "text": f"does the {for_people} dream of chips at sea"}, viewer)
        await post("/v1/feedback", {"receipt": answered["receipt"], "helpful": True}, other)

        async def is_there() -> bool:
            async with http.get(f"{desk}/v1/queue", headers=agent) as response:
                assert response.ok, await response.text()
                return for_people in await response.text()

        await until(is_there, "the ticket at the desk")
        url = f"{desk}/v1/tickets/{taken['ticket']}/reply"
        async with http.post(url, json={"text": "It does."}, headers=agent) as response:
            assert response.ok, await response.text()
        state = f"{pop}/v1/tickets/{taken['ticket']}/events"
        capability = {"Authorization": f"Bearer {taken['ticket_token']}"}
        async with http.get(state, headers=capability) as response:
            assert response.ok, await response.text()
            async for line in response.content:
                if b"It does." in line:
                    break
    return {"answered": answered["outcome"], "taken": taken["outcome"]}


if __name__ == "__main__":
    json.dump(asyncio.run(main(*sys.argv[1:])), sys.stdout)
