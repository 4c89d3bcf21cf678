-- wrk's requests: a report a time, each with a name and a key of its own.
-- Arguments: the token, the series, and a report with @NAME@ in the places of its name.

local count = 0

function init(arguments)
  token, series, report = arguments[1], arguments[2], arguments[3]
end

function request()
  count = count + 1
  local name = series .. "-" .. count
  local headers = {
    ["Authorization"] = "Bearer " .. token,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = name,
  }
  return wrk.format("POST", nil, headers, (report:gsub("@NAME@", name)))
end
