/**
 * Stands in for the native part of aws-lambda-ric, which takes a minute and cmake to build: the
 * three calls of the Runtime API that its own JavaScript makes through it, one after the other.
 */
const { Agent, request } = require('node:http');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { agent, hostname, port, method, headers };
    request({ ...options, path: `/2018-06-01/runtime/${path}` }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ bodyJson: text, headers: response.headers }));
    })
      .on('error', reject)
      .end(body);
  });
}

module.exports = {
  async next() {
    const { bodyJson, headers } = await ask('GET', 'invocation/next');
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    return { bodyJson, headers: { ...headers, 'lambda-runtime-deadline-ms': deadline } };
  },
  done(id, body) {
    void ask('POST', `invocation/${id}/response`, body);
  },
  error(id, body) {
    void ask('POST', `invocation/${id}/error`, body);
  },
};
