// Swagger UI as we want it: who is signed in stays so over a reload, and what an answer gives is put into the next request.
/* global SwaggerUIBundle -- the script before this one */

const AUTHORIZED = 'swagger.authorized';

const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  layout: 'BaseLayout',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [keepingAuthorization, foldingIntroduction],
  responseInterceptor: carryOn,
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // The validator's badge would be fetched from somebody else's server.
  validatorUrl: null,
});

/**
 * Keeps the authorisation until the tab is closed. Swagger UI's own way keeps it for ever, for all tabs: too long for what may be
 * the token of an operator.
 */
function keepingAuthorization() {
  const persistAuthorizationIfNeeded =
    (_original, { authSelectors }) =>
    () => {
      window.sessionStorage.setItem(AUTHORIZED, JSON.stringify(authSelectors.authorized()));
    };
  const loaded =
    (original, { authActions }) =>
    (...args) => {
      original(...args);
      const kept = window.sessionStorage.getItem(AUTHORIZED);
      if (kept) authActions.restoreAuthorization({ authorized: JSON.parse(kept) });
    };
  return {
    statePlugins: {
      auth: { wrapActions: { persistAuthorizationIfNeeded } },
      configs: { wrapActions: { loaded } },
    },
  };
}

/** The operations stand below the introduction: its sections are unfolded by whoever wants to read them here. */
function foldingIntroduction({ React: { createElement } }) {
  const Markdown = (Original) => (props) => {
    const [beginning, ...sections] = (props.source ?? '').split(/^(?=## )/m);
    if (sections.length === 0) return createElement(Original, props);
    return createElement(
      'div',
      { className: 'introduction' },
      createElement(Original, { ...props, source: beginning }),
      createElement(
        'details',
        null,
        createElement('summary', null, 'Getting started, and what holds for every request'),
        createElement(Original, { ...props, source: sections.join('') }),
      ),
    );
  };
  return { wrapComponents: { Markdown } };
}

/** Takes what an answer gives: signs in by its access token, and fills the rest into the bodies that ask for it. */
function carryOn(response) {
  const answer = (response.ok && response.body) || {};
  if (answer.accessToken) authorize(answer.accessToken);
  const { challengeId, refreshToken } = answer;
  // Problems have a code, too, and other lists items.
  const code = response.url.includes('/qa/messages') ? newestMessage(answer)?.code : undefined;
  fill(Object.entries({ challengeId, refreshToken, code }).filter(([, value]) => value));
  return response;
}

const newestMessage = (answer) => ('timedOut' in answer ? answer.message : (answer.items?.[0] ?? answer));

function authorize(value) {
  const schema = ui.specSelectors.specJson().getIn(['components', 'securitySchemes', 'bearer']);
  ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema, value } });
}

function fill(given) {
  if (given.length === 0) return;
  for (const [path, operations] of Object.entries(ui.specSelectors.specJson().get('paths').toJS())) {
    for (const [method, operation] of Object.entries(operations)) fillBody([path, method], operation, given);
  }
}

function fillBody(pathMethod, operation, given) {
  const body = bodyOf(pathMethod, operation);
  const wanted = given.filter(([name, value]) => name in body && body[name] !== value);
  if (wanted.length === 0) return;
  const value = JSON.stringify({ ...body, ...Object.fromEntries(wanted) }, null, 2);
  ui.oas3Actions.setRequestBodyValue({ pathMethod, value });
  // Else it would be put back as soon as the operation is unfolded.
  ui.oas3Actions.setRetainRequestBodyValueFlag({ pathMethod, value: true });
}

/** As it was typed, else as the contract shows it; nothing while what was typed is no JSON. */
function bodyOf(pathMethod, operation) {
  const typed = ui.oas3Selectors.requestBodyValue(...pathMethod);
  if (!typed) return exampleOf(operation) ?? {};
  try {
    return JSON.parse(typed) ?? {};
  } catch {
    return {};
  }
}

function exampleOf({ requestBody }) {
  const { example, examples = {} } = requestBody?.content['application/json'] ?? {};
  return example ?? Object.values(examples)[0]?.value;
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();
