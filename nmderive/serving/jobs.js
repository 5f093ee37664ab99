// Jobs of the server: started, followed until they end, left when nobody waits for them any more.

// The jobs that run, by verb.
export const jobs = new Map();

export class Refusal extends Error {
  constructor(data) { super(data.message); this.data = data; }
}

async function sent(address, options) {
  const answer = await fetch(address, options);
  const data = await answer.json().catch(() => ({ error: { message: `the server answered ${answer.status}` } }));
  if (!answer.ok) throw new Refusal(data.error);
  return data;
}

// Start a job and hand its events on as they come, saying `changed` as it begins, waits and ends; returns its last state.
export async function run(verb, body, onEvent, changed) {
  end(verb);
  const own = { id: "", over: false };
  jobs.set(verb, own);
  changed("");
  try {
    const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    own.id = (await sent("/api/jobs", options)).job;
    if (own.over) fetch(`/api/jobs/${own.id}`, { method: "DELETE" });
    return await followed(own, onEvent, changed);
  } finally {
    if (jobs.get(verb) === own) jobs.delete(verb);
    changed("");
  }
}

async function followed(own, onEvent, changed) {
  for (let next = 0; ;) {
    const told = await sent(`/api/jobs/${own.id}?after=${next}`);
    next = told.next;
    if (own.over) return "left";
    for (const event of told.events) onEvent(event, own.id);
    if (told.state !== "waiting" && told.state !== "running") return told.state;
    if (told.state === "waiting") changed("waiting for its turn …");
  }
}

// Leave a job: nobody waits for its answer any more.
export function end(verb) {
  const own = jobs.get(verb);
  if (!own) return;
  own.over = true;
  jobs.delete(verb);
  if (own.id) fetch(`/api/jobs/${own.id}`, { method: "DELETE", keepalive: true });
}
