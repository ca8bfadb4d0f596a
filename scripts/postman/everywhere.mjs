import { keep, kept, ofPerson } from './sandbox.mjs';

/** What the collection does before each request: scripts of Postman, as in story/. */

/** People of this run; whom the last folder deleted, the next run makes anew. */
export function makePeople() {
  const digits = () => String(Math.floor(Math.random() * 1e7)).padStart(7, '0');
  const made = {
    phone: () => `+7912${digits()}`,
    friendPhone: () => `+7913${digits()}`,
    email: () => `person-${digits()}@example.com`,
    secondEmail: () => `second-${digits()}@example.com`,
    username: () => `anna_${digits()}`,
    password: () => `four words of ${digits()}`,
    newPassword: () => `other words of ${digits()}`,
  };
  for (const [name, make] of Object.entries(made)) if (!kept(name)) keep(name, make());
}

/** Access tokens last 15 minutes, and whoever reads the answers takes longer. */
export function renewTokens() {
  for (const who of ['me', 'friend', 'email', 'admin']) {
    const expiresAt = kept(ofPerson(who, 'expiresAt'));
    if (expiresAt && expiresAt - Date.now() < 60_000) renew(who);
  }
}

export function renew(who) {
  const request = {
    url: `${pm.variables.get('baseUrl')}/api/v1/auth/token/refresh`,
    method: 'POST',
    header: { 'Content-Type': 'application/json' },
    body: { mode: 'raw', raw: JSON.stringify({ refreshToken: kept(ofPerson(who, 'refreshToken')) }) },
  };
  pm.sendRequest(request, (_, answer) => {
    pm.collectionVariables.unset(ofPerson(who, 'expiresAt'));
    if (answer?.code !== 200) return;
    const { accessToken, refreshToken, expiresIn } = answer.json();
    keep(ofPerson(who, 'accessToken'), accessToken);
    keep(ofPerson(who, 'refreshToken'), refreshToken);
    keep(ofPerson(who, 'expiresAt'), Date.now() + expiresIn * 1_000);
  });
}
