"""Servers of the other families, after demo/dingtalk_server.py: they verify, refuse inside 200, keep what came."""

import base64
import hashlib
import hmac
import json

from demo.dingtalk_server import DingTalkServer

WECOM_BYTES, FEISHU_BYTES = 4096, 20_000


class WecomServer(DingTalkServer):
    """企业微信: the key stands in the address, 20 messages a minute, 4,096 bytes of markdown."""

    def add_robot(self, token, secret="", keyword=""):
        return (
            super().add_robot(token, secret, keyword).replace("/robot/send?access_token=", "/cgi-bin/webhook/send?key=")
        )

    def answer(self, path, query, headers, body):
        robot = self.robots.get(query.get("key", ""))
        if robot is None or path != "/cgi-bin/webhook/send":
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url, hint: [170]"}
        message = json.loads(body)
        content = message["markdown"]["content"]
        if not content:
            return 200, {"errcode": 44004, "errmsg": "empty content"}
        if len(content.encode()) > WECOM_BYTES:
            return 200, {"errcode": 45002, "errmsg": "content size out of limit"}
        if self.is_too_fast(robot):
            return 200, {"errcode": 45009, "errmsg": "reach max api daily quota limit"}
        self.received.append({"robot": robot.token, **message})
        return 200, {"errcode": 0, "errmsg": "ok"}


class FeishuServer(DingTalkServer):
    """飞书: signature in the body, in seconds, key and message the other way round."""

    def add_robot(self, token, secret="", keyword=""):
        super().add_robot(token, secret, keyword)
        return f"http://127.0.0.1:{self.port}/open-apis/bot/v2/hook/{token}"

    def answer(self, path, query, headers, body):
        robot = self.robots.get(path.rpartition("/")[2])
        if robot is None:
            return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        if len(body) > FEISHU_BYTES:
            return 400, {"code": 230025, "msg": "The length of the message content reaches its limit."}
        return self._judge_message(robot, json.loads(body))

    def _judge_message(self, robot, message):
        if robot.secret and not self._is_signed(robot, message):
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if robot.keyword and robot.keyword not in json.dumps(message, ensure_ascii=False):
            return 200, {"code": 19024, "msg": "Key Words Not Found"}
        if message.get("msg_type") != "interactive" or not message["card"]["elements"]:
            return 400, {"code": 9499, "msg": "Bad Request"}
        if self.is_too_fast(robot):
            return 200, {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]"}
        self.received.append({"robot": robot.token, **message})
        return 200, {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}

    def _is_signed(self, robot, message):
        stamp = str(message.get("timestamp", ""))
        digest = hmac.new(f"{stamp}\n{robot.secret}".encode(), b"", hashlib.sha256).digest()
        fresh = stamp.isdigit() and len(stamp) == 10 and abs(self.seconds() - int(stamp)) <= 3600
        return fresh and hmac.compare_digest(base64.b64encode(digest).decode(), message.get("sign", ""))


class WorkNoticeServer(DingTalkServer):
    """钉钉工作通知: a token of the app, then a task; the same content to one person on one day is refused."""

    people = ("user-qin", "user-bai")
    tokens = ()
    unreached = ()  # taken, but found out afterwards: frozen, or told too much on one day
    done = True  # whether tasks have run yet

    def result_of(self, task):
        if not 1000 < task <= 1000 + len(self.received):
            return {"errcode": 400002, "errmsg": "无效的参数"}
        users = self.received[task - 1001]["userid_list"].split(",")
        lists = {
            "invalid_user_id_list": [],
            "forbidden_user_id_list": [user for user in users if user in self.unreached],
            "failed_user_id_list": [],
            "read_user_id_list": [],
            "unread_user_id_list": [user for user in users if user not in self.unreached],
        }
        return {"errcode": 0, "errmsg": "ok", "send_result": lists if self.done else {}}

    def answer(self, path, query, headers, body):
        if path == "/gettoken":
            if (query.get("appkey"), query.get("appsecret")) != ("app-key", "app-SECRET"):
                return 200, {"errcode": 40089, "errmsg": "不合法的corpid或corpsecret"}
            self.tokens = (*self.tokens, f"token-{len(self.tokens) + 1}")
            return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1], "expires_in": 7200}
        if not self.tokens or query.get("access_token") != self.tokens[-1]:
            return 200, {
                "errcode": 88,
                "sub_code": "40014",
                "sub_msg": "不合法的access_token",
                "errmsg": "ding talk error",
            }
        return 200, self.take(path, json.loads(body))

    def take(self, path, message):
        if path.endswith("getsendresult"):
            return self.result_of(message["task_id"])
        if len(json.dumps(message["msg"], ensure_ascii=False, separators=(",", ":")).encode()) > 2048:
            return {"errcode": 400002, "errmsg": "msg过长"}
        if message["agent_id"] != 77 or not message["msg"][message["msg"]["msgtype"]]:
            return {"errcode": 400002, "errmsg": "无效的参数"}
        if not set(message["userid_list"].split(",")) <= set(self.people):
            return {"errcode": 33012, "errmsg": "无效的USERID"}
        self.received.append(message)
        return {"errcode": 0, "task_id": 1000 + len(self.received), "request_id": "r"}


class WebhookServer(DingTalkServer):
    """A school's own system that checks the signature over time and body."""

    def add_robot(self, token, secret="", keyword=""):
        super().add_robot(token, secret, keyword)
        return f"http://127.0.0.1:{self.port}/huiyin/{token}"

    def answer(self, path, query, headers, body):
        robot = self.robots.get(path.rpartition("/")[2])
        if robot is None:
            return 404, {"error": "unknown address"}
        stamp = headers.get("x-huiyin-timestamp", "")
        right = hmac.new(robot.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        if robot.secret and headers.get("x-huiyin-signature") != f"sha256={right}":
            return 401, {"error": "bad signature"}
        self.received.append({**json.loads(body), "key": headers.get("idempotency-key")})
        return 200, {"ok": True, "id": f"ticket-{len(self.received)}"}


class PlainServer(DingTalkServer):
    """Whatever apprise speaks to: it accepts any JSON."""

    def answer(self, path, query, headers, body):
        self.received.append(json.loads(body))
        return 200, {}
