// The microblog's page script: fetches cards, writes times relative to the server's (virtual) now, loads more on scroll.
"use strict";
let since = "", busy = false, ended = false;

function ago(card, now) {
  const seconds = now - card.at;
  if (seconds < 60) return "刚刚";
  if (seconds < 3600) return Math.floor(seconds / 60) + "分钟前";
  if (seconds < 86400) return Math.floor(seconds / 3600) + "小时前";
  return card.datetime.slice(5, 10);
}

function element(tag, name, text, parent) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== "") node.textContent = text;
  parent.appendChild(node);
  return node;
}

function addFull(text, card) {
  const full = element("a", "full", "全文", text);
  full.href = "#";
  full.addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await (await fetch("/list/long?id=" + card.mid)).json();
    text.textContent = answer.text;
  });
}

function show(card, now) {
  const article = element("article", "card", "", document.getElementById("cards"));
  article.dataset.mid = card.mid;
  element("a", "author", card.author, article);
  const time = element("a", "time", ago(card, now), article);
  time.href = "/detail/" + card.mid;
  time.setAttribute("datetime", card.datetime);
  const text = element("div", "text", card.text, article);
  if (card.long) addFull(text, card);
  for (let n = 0; n < card.pictures; n += 1) element("img", "picture", "", article);
  if (card.repost) {
    const quote = element("div", "repost", "", article);
    quote.dataset.mid = card.repost.mid;
    element("a", "author", card.repost.author, quote);
    element("div", "text", card.repost.text, quote);
  }
  const counts = element("div", "counts", "", article);
  for (const name of ["reposts", "comments", "likes"]) element("span", name, String(card[name]), counts);
}

async function load() {
  if (busy || ended) return;
  busy = true;
  const own = location.pathname.match(/^\/detail\/(\d+)$/);
  const answer = await (await fetch(own ? "/list/one?id=" + own[1] : "/list/cards?since_id=" + since)).json();
  answer.cards.forEach((card) => show(card, answer.now));
  since = answer.since_id;
  ended = since === "";
  document.getElementById("more").className = answer.cards.length === 0 ? "empty" : "";
  document.getElementById("more").textContent = ended ? "没有更多了" : "加载中";
  busy = false;
}

window.addEventListener("scroll", () => {
  if (window.innerHeight + window.scrollY > document.body.scrollHeight - 400) load();
});
load();
