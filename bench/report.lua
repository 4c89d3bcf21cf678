-- wrk's requests: a report a time, each with a name, a text, a phone and a key of its own.
-- Arguments: the token, the series, a report with @NAME@, @TEXT@ and @PHONE@ in their places, how
-- many words a text has, and the words to choose from.

local count = 0
local words = {}

function init(arguments)
  token, series, report, length = arguments[1], arguments[2], arguments[3], tonumber(arguments[4])
  for word in arguments[5]:gmatch("%S+") do
    words[#words + 1] = word
  end
  local seed = 0
  for place = 1, #series do
    seed = seed * 31 + series:byte(place)
  end
  math.randomseed(seed)
end

function request()
  count = count + 1
  local name = series .. "-" .. count
  local text = {}
  for place = 1, length do
    text[place] = words[math.random(#words)]
  end
  local filled = {
    NAME = name,
    TEXT = table.concat(text, " "),
    PHONE = string.format("010-%04d-%04d", math.random(0, 9999), math.random(0, 9999)),
  }
  local headers = {
    ["Authorization"] = "Bearer " .. token,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = name,
  }
  return wrk.format("POST", nil, headers, (report:gsub("@(%u+)@", filled)))
end
