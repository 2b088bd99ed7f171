// The page of a browser phone: JsSIP, a real RTCPeerConnection, and a microphone that beeps.
import { UA, WebSocketInterface } from 'jssip';

globalThis.startPhone = ({ user, password, url, answers }) => {
  const state = { registered: false, talks: false, refused: undefined, session: undefined };
  globalThis.phone = state;
  const agent = new UA({
    sockets: [new WebSocketInterface(url)],
    uri: `sip:${user}@example.com`,
    password,
    register: true,
  });
  const media = { mediaConstraints: { audio: true, video: false } };
  const follow = (session) => {
    state.session = session;
    session.on('confirmed', () => {
      state.talks = true;
    });
    session.on('failed', ({ cause, message }) => {
      state.refused = message?.reason_phrase ?? cause;
    });
  };
  agent.on('registered', () => {
    state.registered = true;
  });
  agent.on('registrationFailed', ({ cause }) => {
    state.refused = `registration: ${cause}`;
  });
  agent.on('newRTCSession', ({ originator, session }) => {
    if (originator !== 'remote') return;
    follow(session);
    if (answers) session.answer(media);
  });
  state.call = (uri) => {
    state.talks = false;
    state.refused = undefined;
    follow(agent.call(uri, media));
  };
  state.hangUp = () => {
    if (state.session && !state.session.isEnded()) state.session.terminate();
    state.talks = false;
    state.refused = undefined;
  };
  // Packets of sound that have come in.
  state.heard = async () => {
    const reports = [...(await state.session.connection.getStats()).values()];
    return reports.find(({ type }) => type === 'inbound-rtp')?.packetsReceived ?? 0;
  };
  agent.start();
};
